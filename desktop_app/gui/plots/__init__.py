"""What has axes."""
