{{ config(materialized='touched', tags=['late', 'corrections'], meta={'touched': 'correction_id'}) }}
-- What came of every correction. It is judged on the report that counts; one that names a document, on this document.
with corrections as (select * from {{ touched(ref('stg_corrections'), 'correction_id') }}),

reports as (select * from {{ touched(ref('fct_reports')) }}),

cells as (select * from {{ touched(ref('cell_corrections')) }}),

documents as (select * from {{ ref('document_corrections') }}),

inputs as (select * from {{ touched(ref('corrected_inputs'), 'document_id') }}),

-- The source of the report that counts, where the corrected document is an older version of it.
replaced as (
    select
        x.correction_id, case when s.correction_id is null then s.value else s.original_value end as original_value,
        replace(coalesce(s.original_state, s.state, 'absent'), 'not_asked', 'absent') as original_state
    from cells as x
    inner join reports as r on x.report_id = r.report_id
    inner join reports as n on r.unit_code = n.unit_code and r.report_year = n.report_year and n.is_current
    left join {{ touched(ref('fct_cells')) }} as s on n.report_id = s.report_id and x.code = s.code
    where not x.is_current
),

of_cells as (
    select
        c.correction_id, x.report_id,
        case when x.is_current then x.original_value else n.original_value end as found_value,
        case when x.is_current then x.original_state else n.original_state end as found_state,
        case
            when x.is_current then x.outcome
            when n.original_value = c.amount or (c.action = 'unreadable' and n.original_state = 'unreadable') then 'fixed_upstream'
            else 'superseded'
        end as outcome
    from corrections as c
    inner join cells as x on c.correction_id = x.correction_id and (x.is_current or c.document_id is not null)
    left join replaced as n on c.correction_id = n.correction_id
),

of_documents as (
    select
        d.correction_id, substr(min(d.document_id), 1, 16) as report_id, min(d.found) as found,
        -- One document may lie at several paths; the correction counts where it applies to one of them.
        arg_min(d.outcome, array_position(['applied', 'conflict', 'duplicate', 'stale', 'fixed_upstream'], d.outcome)) as outcome,
        min(i.unit_name) as unit_name
    from documents as d inner join inputs as i on d.input_id = i.input_id
    group by d.correction_id
),

-- Printed sums that the source kept, or left open, and that fail with the corrected number.
shifted as (
    select
        x.report_id, x.form, t.rule_id,
        case when count(x.original_value) = count(*)
            then sum(case t.side when 'left' then 1 else -1 end * (x.value - x.original_value)) end as shift
    from cells as x inner join {{ ref('stg_rule_terms') }} as t on x.form = t.form and x.code = t.code
    where x.outcome = 'applied'
    group by x.report_id, x.form, t.rule_id
),

broken as (
    select x.correction_id, string_agg(distinct r.rule_id, ', ' order by r.rule_id) as broken_rules
    from shifted as s
    inner join {{ touched(ref('rule_results')) }} as r on s.report_id = r.report_id and s.rule_id = r.rule_id and r.result = 'fail'
    inner join {{ ref('stg_rule_terms') }} as t on s.form = t.form and s.rule_id = t.rule_id
    inner join cells as x on s.report_id = x.report_id and t.code = x.code and x.outcome = 'applied' and x.is_current
    where coalesce(r.difference = s.shift, true)
    group by x.correction_id
),

judged as (
    select
        c.*, coalesce(x.report_id, d.report_id) as report_id, coalesce(r.unit_name, d.unit_name) as unit_name,
        r.unit_code as report_unit_code, r.report_year as report_report_year,
        coalesce(d.found, rtrim(rtrim(x.found_value::varchar, '0'), '.'), x.found_state) as found,
        coalesce(x.outcome, d.outcome, 'no_such_report') as outcome, b.broken_rules
    from corrections as c
    left join of_cells as x on c.correction_id = x.correction_id
    left join of_documents as d on c.correction_id = d.correction_id
    left join reports as r on coalesce(x.report_id, d.report_id) = r.report_id
    left join broken as b on c.correction_id = b.correction_id
),

final as (
    select
        correction_id, origin, ordinal, action, coalesce(unit_code, report_unit_code) as unit_code, unit_name,
        coalesce(report_year, report_report_year) as report_year, document_id, report_id, code, expect, value, found, outcome,
        outcome not in ('applied', 'fixed_upstream', 'duplicate') as is_problem, broken_rules, reason, evidence,
        case when outcome = 'fixed_upstream' then 'fixed_upstream' else status end as status, who, made_at
    from judged
)

select * from final
