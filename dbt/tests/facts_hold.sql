{{ config(tags=['holds']) }}
-- Looked at once all of these are made:
-- depends_on: {{ ref('cell_corrections') }}
-- depends_on: {{ ref('corrected_inputs') }}
-- depends_on: {{ ref('dim_measure') }}
-- depends_on: {{ ref('dim_unit') }}
-- depends_on: {{ ref('fct_cells') }}
-- depends_on: {{ ref('fct_counts') }}
-- depends_on: {{ ref('fct_inputs') }}
-- depends_on: {{ ref('fct_measures') }}
-- depends_on: {{ ref('fct_reports') }}
-- depends_on: {{ ref('first_published') }}
-- depends_on: {{ ref('measure_by_form') }}
-- depends_on: {{ ref('unit_places') }}
-- depends_on: {{ ref('area_bounds') }}
-- depends_on: {{ ref('completeness') }}
-- depends_on: {{ ref('correction_results') }}
-- depends_on: {{ ref('relation_results') }}
-- depends_on: {{ ref('rule_results') }}
-- depends_on: {{ ref('signal_results') }}
-- depends_on: {{ ref('similar_reports') }}
-- depends_on: {{ ref('table_completeness') }}
-- depends_on: {{ ref('version_changes') }}
-- depends_on: {{ ref('boundary_changes') }}
-- depends_on: {{ ref('duties') }}
-- depends_on: {{ ref('indicators') }}
-- depends_on: {{ ref('progress') }}
-- depends_on: {{ ref('reporting_rates') }}
-- depends_on: {{ ref('successions') }}
-- depends_on: {{ ref('unit_year') }}
{{ holds('core') }}
union all
{{ holds('quality') }}
union all
{{ holds('marts') }}
