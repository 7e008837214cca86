"""What Octavo is measured against: each as its own users would write it well."""
