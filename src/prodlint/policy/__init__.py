"""Standards, attestations, evidence and a report of the rules in; what holds of each clause out.

``standard`` has the values, ``reading`` makes them of TOML, ``catalog`` puts several together, ``attestations`` reads
who vouches for what, ``running``, ``gathering`` and ``freshness`` find out what can be judged by, ``weighing`` compares
evidence with thresholds, ``judging`` judges, and ``assessing`` does all of it for a project. Prints nothing.
"""
