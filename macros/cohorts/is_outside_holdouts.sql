{#-
    Whether a contact may count in an experiment: who is in the control of a holdout counts in no other experiment.
    Where this is written, `holdouts` has the rows of experiment_holdouts.
    Arguments:
        assigned (relation): the name of a relation with experiment and contact_id.
    Returns: an SQL condition.
-#}
{% macro is_outside_holdouts(assigned) -%}
not exists (
    select 1 from holdouts
    where
        holdouts.contact_id = {{ assigned }}.contact_id
        and holdouts.experiment <> {{ assigned }}.experiment
)
{%- endmacro %}
