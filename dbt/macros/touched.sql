{# A build touches a set of reports (schema change, made by dagster_project/change): all of them in a full build; in a late one those of
   the places in which anything changed, which never depend on reports of other places. So every model reads the touched rows of what
   stands before it and replaces the touched rows of its own; the rest stays as it is. #}
{% macro touched(relation, key='report_id', expression=none) -%}
{%- if is_scoped() -%} (select * from {{ relation }} where {{ is_touched(key, expression) }}) {%- else -%} {{ relation }} {%- endif -%}
{%- endmacro %}

{# The same as a condition; true where everything is read. #}
{% macro is_touched(key='report_id', expression=none) -%}
{%- if is_scoped() -%} {{ expression or key }} in (select {{ key }} from change.{{ touched_keys()[key] }}) {%- else -%} true {%- endif -%}
{%- endmacro %}

{% macro touched_keys() -%}
{{ return({
    'report_id': 'reports', 'document_id': 'documents', 'place': 'places', 'area_code': 'areas', 'correction_id': 'corrections',
    'unit_code': 'units'
}) }}
{%- endmacro %}

{# Views are made once and must always read no more than what is touched; a table that is made anew reads everything. #}
{% macro is_scoped() -%}
{{ return(model.resource_type != 'unit_test' and (model.config.materialized == 'view' or (model.config.materialized == 'touched' and is_late()))) }}
{%- endmacro %}

{# Which batches of raw tables this build reads; sources.yml takes them from this variable. #}
{% macro read_batches() -%}
set variable batches = (select coalesce(list(path order by path), []) from change.paths)
{%- endmacro %}
