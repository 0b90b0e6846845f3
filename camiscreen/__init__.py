"""camiscreen: desk-based biodiversity screening of linear infrastructure in Central Asia."""

__version__ = "0.1.0"
