{{ config(materialized='view', schema='staging') }}
-- Corrections of whole documents against each input with these bytes: whose report it is, of which year, that it is none, or that it takes
-- the place of another.
-- What was set aside can be withdrawn too: then nobody has to see to it any more.
with inputs as (select * from {{ ref('stg_inputs') }}),

corrections as (select * from {{ ref('stg_corrections') }} where action in ('assign_unit', 'assign_year', 'exclude', 'replace')),

matched as (
    select
        c.correction_id, c.ordinal, c.origin, c.action, c.value, c.expect, i.input_id, i.document_id, i.state,
        case c.action
            when 'assign_unit' then coalesce(i.unit_code, 'none') when 'assign_year' then coalesce(i.report_year::varchar, 'none')
        end as found
    from inputs as i
    inner join corrections as c
        on substr(i.document_id, 1, 16) = substr(c.document_id, 1, 16) and starts_with(i.document_id, c.document_id)
    where i.state = 'read' or c.action = 'exclude'
),

compared as (
    select
        *,
        case
            when action = 'exclude' then case when state = 'read' or origin = 'withdrawn' then 'holds' else 'fixed_upstream' end
            when action = 'replace' then 'holds'
            when found = value then 'fixed_upstream' when found = expect then 'holds' else 'stale'
        end as fits
    from matched
),

ranked as (
    select
        *,
        min(value) over (partition by input_id, action, fits) = max(value) over (partition by input_id, action, fits) as agrees,
        row_number() over (partition by input_id, action, fits order by ordinal) as turn
    from compared
),

-- Two corrections that say different things of one document cancel each other.
final as (
    select
        correction_id, input_id, document_id, action, value, found,
        case when fits <> 'holds' then fits when not agrees then 'conflict' when turn > 1 then 'duplicate' else 'applied' end as outcome
    from ranked
)

select * from final
