"""The Envoy reader: RouteConfiguration alone, in bootstraps, discovery responses and config dumps."""
