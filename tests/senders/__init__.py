"""Real mail servers, with our configuration or plugin, reporting to a real gateway."""
