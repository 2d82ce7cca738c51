"""The edge: the only place that meets the outside world. Decides nothing."""
