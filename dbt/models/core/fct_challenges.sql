{{ config(materialized='view', meta={'shows': 'fct_cells'}, post_hook='{{ shown_made() }}') }}
-- Every code of every form for every report: what the form does not ask is not_asked, what should be there and is not is absent.
select
    report_id, code, row_code as challenge, column_code as result, value as cases, state as cases_state, unit, form, printed, raw, place, match,
    original_value, original_state, correction_id
from {{ ref('fct_cells') }}
where table_name = 'challenges'
