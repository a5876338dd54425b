{{ config(materialized='touched', tags=['late', 'unknown']) }}
-- Must be empty: current reports whose unit is not certain; a person finds the code and puts it into manifest.csv.
with reports as (select * from {{ touched(ref('fct_reports')) }} where is_current and unit_code is null),

inputs as (select * from {{ ref('stg_inputs') }}),

-- Names of folders, files and sites say who handed a file in, not whose report it is.
possible as (
    select * from {{ ref('stg_candidates') }}
    where kind = 'unit' and source not in ('folder', 'file', 'site', 'publisher')
),

candidates as (
    select i.document_id, i.file, string_agg(distinct p.value, ', ' order by p.value) as candidates
    from inputs as i inner join possible as p on i.input_id = p.input_id
    group by i.document_id, i.file
),

final as (
    select r.report_id, r.file, r.unit_name, r.title, r.report_year, c.candidates
    from reports as r left join candidates as c on r.document_id = c.document_id and r.file = c.file
)

select * from final
