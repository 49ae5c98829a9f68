"""From the topic to the views: collect → merge → apply → announce."""
