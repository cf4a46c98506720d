"""Django apps, one per room of the business."""
