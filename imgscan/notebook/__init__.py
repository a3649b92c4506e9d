"""What notebooks show: results as small tables with bars, and plots. Imported when something is shown."""
