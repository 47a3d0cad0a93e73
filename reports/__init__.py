"""What leaves the house: slides, figures, and the Chinese fonts they need."""
