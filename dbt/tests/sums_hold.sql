{{ config(tags=['holds', 'published']) }}
-- Looked at once all of these are made:
-- depends_on: {{ ref('area_year') }}
-- depends_on: {{ ref('area_year_constant') }}
-- depends_on: {{ ref('rule_yield') }}
-- depends_on: {{ ref('decisions') }}
-- depends_on: {{ ref('exclusions') }}
-- depends_on: {{ ref('violations') }}
{{ holds('quality', true) }}
union all
{{ holds('marts', true) }}
