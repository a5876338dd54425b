{{ config(tags=['late', 'published', 'decisions']) }}
-- What people decided, with what became of it: a decision holds only while both sides of its rule stay as they were.
with decisions as (
    select
        *, try_cast(nullif("left", '') as decimal(18, 6)) as left_then, try_cast(nullif("right", '') as decimal(18, 6)) as right_then,
        row_number() over (partition by unit_code, report_year, rule_id order by number desc) as turn
    from {{ ref('stg_decisions') }}
),

reports as (select report_id, unit_code, unit_name, report_year from {{ ref('fct_reports') }} where is_current),

failing as (
    select e.unit_code, e.report_year, e.rule_id, e.left_sum, e.right_sum
    from {{ source('gate', 'expectation_results') }} as e
    inner join reports as r on e.report_id = r.report_id
    where e.status in ('failed', 'explained', 'waived')
    qualify row_number() over (partition by e.unit_code, e.report_year, e.rule_id order by e.left_sum, e.right_sum) = 1
),

final as (
    select
        d.number, d.decided_at, d.who, d.action, d.unit_code, r.unit_name, d.report_year, d.rule_id, d.why, d.left_then, d.right_then,
        f.left_sum as left_now, f.right_sum as right_now,
        case
            when d.turn > 1 then 'replaced'
            when d.action = 'withdraw' then 'withdrawn'
            when r.report_id is null then 'no_report'
            when f.rule_id is null then 'resolved'
            when f.left_sum is not distinct from d.left_then and f.right_sum is not distinct from d.right_then then 'holds'
            else 'reopened' end as state
    from decisions as d
    left join reports as r on d.unit_code = r.unit_code and d.report_year = r.report_year
    left join failing as f on d.unit_code = f.unit_code and d.report_year = f.report_year and d.rule_id = f.rule_id
)

select * from final
