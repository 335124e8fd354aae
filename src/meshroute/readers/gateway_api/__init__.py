"""The Kubernetes Gateway API reader."""
