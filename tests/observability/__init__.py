"""What operators see: metrics, alerts, dashboard, traces and logs, of real processes."""
