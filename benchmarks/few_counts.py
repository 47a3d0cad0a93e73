import sys
from pathlib import Path
import numpy as np, pandas as pd
from forecasting.panel import Panel, MEASURES
def canada_panel(path):
    t=pd.read_csv(path,dtype={"status":str})
    t['month']=pd.PeriodIndex(t.month,freq='M')
    g={n:t[t.measure==m].pivot(index='region',columns='month',values='value') for n,m in (('stock','Active businesses'),('entries','Entrants'),('exits','Exits'))}
    kept=g['exits'].notna().any(axis=1)
    v={n:x[kept].to_numpy(float) for n,x in g.items()}
    s=v['stock']; adj=np.full_like(s,np.nan); adj[:,0]=0
    adj[:,1:]=s[:,1:]-s[:,:-1]-v['entries'][:,1:]+v['exits'][:,1:]
    return Panel(keys=pd.DataFrame({'area':g['stock'].index[kept],'entity_type':'enterprise'}),months=pd.PeriodIndex(g['stock'].columns),adjustment=adj,**v)
def hk_panel(path,first='1990-01',last='2020-10'):
    t=pd.read_csv(path); t=t[t.type!='TOTAL']
    t['month']=pd.PeriodIndex(t.month,freq='M')
    t=t[(t.month>=pd.Period(first,'M'))&(t.month<=pd.Period(last,'M'))]
    g={n:t.pivot(index='type',columns='month',values=m).astype(float) for n,m in (('stock','stock_end'),('entries','registrations'),('exits','deregistrations'))}
    months=pd.PeriodIndex(g['stock'].columns)
    bad=np.asarray((months>=pd.Period('2018-04','M'))&(months<=pd.Period('2018-08','M')))
    v={n:x.to_numpy(float,copy=True) for n,x in g.items()}
    v['entries'][:,bad]=np.nan
    return Panel(keys=pd.DataFrame({'area':g['stock'].index,'entity_type':'enterprise'}),months=months,adjustment=np.zeros_like(v['stock']),**v)
def withheld(panel):
    rows=[]
    for i,k in panel.keys.iterrows():
        for t,m in enumerate(panel.months):
            if m.month==12 and np.isfinite(panel.stock[i,t]): rows.append((k.area,k.entity_type,'stock',m,m,panel.stock[i,t],.5))
            if m.month%3==0 and t>=2:
                for f in ('entries','exits'):
                    x=getattr(panel,f)[i,t-2:t+1].sum()
                    if np.isfinite(x): rows.append((k.area,k.entity_type,f,m-2,m,x,.5))
    return pd.DataFrame(rows,columns=["area","entity_type","measure","start","end","value","precision"])
