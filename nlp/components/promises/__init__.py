"""The component `pantau_promises`: what somebody says will have been done by a day that is yet to come."""
