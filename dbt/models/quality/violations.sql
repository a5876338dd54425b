{{ config(tags=['published']) }}
-- The failing rules of current reports: one row, one problem, and what people decided of it while both sides stay as they are.
with results as (select * from {{ ref('rule_results') }}),

decided as (select * from {{ ref('decisions') }} where state = 'holds'),

final as (
    select
        r.* exclude (is_current, result, missing_codes),
        case d.action when 'confirm' then 'confirmed' when 'explain' then 'explained' when 'waive' then 'waived' else 'open' end as decision,
        d.who as decided_by, d.decided_at, d.why as decided_why
    from results as r
    left join decided as d on r.unit_code = d.unit_code and r.report_year = d.report_year and r.rule_id = d.rule_id
    where r.is_current and r.result = 'fail'
)

select * from final
