{{ config(materialized='view', meta={'shows': 'fct_cells'}, post_hook='{{ shown_made() }}') }}
-- Every cell of the statistics table of a report before 2019; other reports have none of it, and no row here.
select
    report_id, code, row_code as measure, column_code is not null as is_cumulative, value as amount, state as amount_state, unit, form,
    printed, raw, place, match, original_value, original_state, correction_id
from {{ ref('fct_cells') }}
where table_name = 'statistics'
