"""Flights: where an object is at each moment, who can see it, and where it will fall.

``flight`` turns a written flight into objects; ``trajectory`` is what every object has; ``sensors``
and ``predict`` look at one.  Everything here is a pure function of its arguments, in SI units, on
the WGS 84 ellipsoid.
"""
