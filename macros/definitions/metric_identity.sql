{#-
    What a metric version counts, as one canonical text. Owner, words, status, dates, cohorts and strata are no part of
    it: they change nothing of what is counted. convsql/definitions/identity.py gives the same text in Python, and a
    test holds the two together.
    Arguments:
        metric (mapping): an item of conversion_metrics().
    Returns through return(): a text: JSON with sorted keys, all in ASCII.
    Mind: lists are sets here, sorted and each value once. half_life_days is null but for time_decay.
-#}
{% macro metric_identity(metric) %}
    {%- set identity = {
        'name': metric.name,
        'version': metric.version,
        'outcome': metric.outcome,
        'kind': metric.kind,
        'anchor': metric.anchor,
        'window_seconds': metric.window_seconds,
        'unit': metric.unit,
        'attribution': metric.attribution,
        'half_life_days': metric.half_life_days if metric.attribution == 'time_decay' else none,
        'repeat_outcomes': metric.repeat_outcomes,
        'channels': none if metric.channels is none else metric.channels | unique(case_sensitive=true) | sort(case_sensitive=true),
        'exclude_dispositions': metric.exclude_dispositions | unique(case_sensitive=true) | sort(case_sensitive=true),
        'handled_by': none if metric.handled_by is none else metric.handled_by | unique(case_sensitive=true) | sort(case_sensitive=true),
        'where': none if metric.where is none else squeezed(metric.where),
    } -%}
    {{ return(tojson(identity, sort_keys=true)) }}
{% endmacro %}
