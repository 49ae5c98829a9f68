"""What `eds doctor` looks at. A check takes what it looks at and gives findings; it changes nothing that stays."""
