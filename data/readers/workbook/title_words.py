"""The words that titles are made of, beside those of the field: they say nothing of what is counted.

What is not here is asked about. To teach the reader a word, add it to its line.
"""

from __future__ import annotations

import re

OFFICES = """
    工业信息化 发展改革 农业农村 商务 财政 科学技术
    市场监督管理 市场监管 市场和质量监督管理 市监 行政审批服务管理 行政审批 审批服务管理 工商行政管理
    人民政府 政府 政务服务中心 政务服务 服务中心 中心 统计局 调查队 委员会 办公室 领导小组 专班 机关 部门 窗口 局 股
"""
PAPERS = """
    关于 统计 报表 月报 快报 专报 通报 简报 反馈 报告 公告 公报 公示 公开 材料 资料 台账 台帐 一览 汇总
    明细 清单 名录 分析 监测 调度 对照 对比 比较 摘要 综合 附件 附表 新版 最终 终稿 定稿 审定稿 电子版
    初步 修订 更正 正式 盖章版 盖章 内部 说明 编制 制定 填报 上报 报送 提供 签字 制
"""
WORK = """
    高质量发展 高质量 发展 市场准入 稳住经济大盘 监管 开办 系统 部 经济社会 县域经济 区域经济 国民经济
    经济运行 稳经济 稳增长 运行 变化 变动 增长 走势
    趋势 态势 成效 活力 转型 培育 壮大 推进 提升 建设 倍增 行动 工程 工作 任务 目标 完成 落实 进度 考核
    专项 例会 会议 十三五 十四五 十五五 规划 期间 时期 时点 纾困 助企 信用 放管服效 放管服 信息化 准入
    管理 动态 业务 办理 商事 营商环境 优化 活动 制度 改革 质量 简
"""
KINDS = """
    情况 状况 现状 概况 基本 主要 重要 指标 数据 数量 数值 总量 规模 结构 构成 户数 个数 登记 注册 口径
    地区 区域 辖区 行政区划 区划 类型 类别 种类 分类 主体 经营 单位 时间 日期 区间 当前 目前 最新 月度
    历月 历年末 逐月 各年 分年 今年 本年 解 度 类
"""
_SMALL = (
    r"及其?|和|与|以及|的|等|之|为|在|末|底|份|第|期|号|附|续|总|图|No|按|逐|共|页|年|季|月|各|街道|国家|"
    r"表[一二三四五六七八九十]?|[一二三四五六七八九十]+(?=[、.)]|$)|截[至止]?|全?[国省市县区乡镇]|[本我][省市县区]"
)
_WORDS = {*OFFICES.split(), *PAPERS.split(), *WORK.split(), *KINDS.split()}
#: A longer word goes before the one it begins with.
TITLE_WORDS = re.compile("|".join([*sorted(_WORDS, key=lambda word: (-len(word), word)), _SMALL]))
#: Words that are harmless elsewhere, and before 主体 or 企业 make it a part.
NARROWING = re.compile(
    r"(?:主要|重要|重点|监测|规模|名录|规划|专项|转型|培育|工程|(?<!”)改革|专班|数据(?=企业)|[县市省]级|县局|镇区|城镇|(?<![各分])(?:乡镇|街道|县区))"
    r"(?:类)?(?=市场主体|经营主体|企业|个体|合作社)"
)
NUMBERING = re.compile(
    r"(?:附件|附表|表|图|No\.?)\d{1,2}(?:[-.]\d{1,2})?(?=(?:19|20)\d{2}年|\D|$)|^\d{1,2}[、.)](?!\d)|第\d+[期号页批]|〔\d{4}〕|"
    r"\((?:表|之)?(?:\d{1,2}|[一二三四五六七八九十]+)\)|续表[一二三四五六七八九十]*"
)
