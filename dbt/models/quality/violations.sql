{{ config(materialized='touched', tags=['late', 'published']) }}
-- Whatever fails in current reports: one row, one problem, and what people decided of it while both sides stay as they are.
with results as (
    select * exclude (missing_codes) from {{ touched(ref('rule_results')) }} where is_current and result = 'fail'
    union all by name
    select * exclude (missing_terms) from {{ touched(ref('relation_results')) }} where is_current and result = 'fail'
    union all by name
    select * exclude (code) from {{ touched(ref('signal_results')) }} where is_current and result = 'fail'
),

decided as (select * from {{ ref('decisions') }} where state = 'holds'),

final as (
    select
        r.report_id, r.unit_code, r.unit_name, r.report_year, r.form, r.rule, r.instance, r.rule_id, r.severity, r.left_sum, r.right_sum,
        r.difference, r.found, r.expected, r.cause, r.zh, r.en, r.law,
        case d.action when 'confirm' then 'confirmed' when 'explain' then 'explained' when 'waive' then 'waived' else 'open' end as decision,
        d.who as decided_by, d.decided_at, d.why as decided_why
    from results as r
    left join decided as d on r.unit_code = d.unit_code and r.report_year = d.report_year and r.rule_id = d.rule_id
)

select * from final
