{# A build touches a set of reports (schema change, made by dagster_project/change): all of them in a full build; in a late one those of
   the places in which anything changed, which never depend on reports of other places. So every model reads the touched rows of what
   stands before it and replaces the touched rows of its own; the rest stays as it is. #}
{% macro touched(relation, key='report_id', expression=none) -%}
{%- if not is_scoped() -%} {{ relation }}
{%- elif model.config.materialized == 'view' or is_set_apart(relation.identifier, key, expression) -%} made.{{ relation.identifier }}
{%- else -%} {{ touched_rows(relation, key, expression) }} {%- endif -%}
{%- endmacro %}

{# The touched rows of a table, looked for among all of it. A view is made once and asked in every build: it reads them from the schema made,
   where each build puts them, as a table of its own or as this query. #}
{% macro touched_rows(relation, key, expression=none) -%}
(select * from {{ relation }} where {{ expression or key }} in (select {{ key }} from change.{{ touched_keys()[key] }}))
{%- endmacro %}

{# Whether the rows that this late build made of a model stand apart too (schema made), so that nobody has to look for them among those of
   all reports again. Those of a model that has nothing to do were not made. #}
{% macro is_set_apart(name, key, expression=none) -%}
{%- set node = graph.nodes.get('model.foi.' ~ name) if execute and var('sets_apart', false) else none -%}
{%- if not node -%} {{ return(false) }} {%- endif -%}
{%- set meta = node.config.get('meta', {}) -%}
{%- set own = meta.get('touched', 'report_id') -%}
{%- set is_made = (node.config.materialized == 'touched' or meta.get('shows')) and not (node.tags | select('in', var('without', [])) | list) -%}
{{ return(is_made and own == key and (expression or key) == meta.get('touched_expression', own)) }}
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
