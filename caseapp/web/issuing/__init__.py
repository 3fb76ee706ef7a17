"""Letters of the organ (文书): written, checked, signed off, issued, printed."""
