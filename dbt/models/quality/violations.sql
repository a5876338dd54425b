-- The failing rules of current reports: one row, one problem.
with results as (select * from {{ ref('rule_results') }}),

final as (select * exclude (is_current, result, missing_codes) from results where is_current and result = 'fail')

select * from final
