"""The engine: sources, layers, tables, stacking, analyses. Knows neither rendering nor the command line."""
