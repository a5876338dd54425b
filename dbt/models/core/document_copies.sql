{{ config(materialized='view', schema='staging') }}
-- Which document speaks for each input: the same bytes at several paths, or the same content on several sites, are one report.
with inputs as (select * from {{ touched(ref('corrected_inputs'), 'document_id') }} where state = 'read'),

documents as (select * from {{ ref('stg_documents') }}),

-- Same bytes: the first path with a unit and a year speaks.
bytes as (
    select
        i.document_id, i.read_id, i.file, i.unit_code, i.unit_name, i.report_year, i.published_on, i.first_landed_at, d.content_id,
        row_number() over (
            partition by i.document_id order by i.unit_code is null, i.report_year is null, i.file
        ) as turn
    from inputs as i inner join documents as d on i.read_id = d.read_id
),

-- Same numbers and same prose are the same report only if unit and year agree; where the unit is not certain they never are, since
-- many units share a name.
contents as (
    select
        *,
        case
            when content_id is null or unit_code is null or report_year is null then document_id
            else concat(content_id, '/', unit_code, '/', report_year)
        end as content_key
    from bytes where turn = 1
),

final as (
    select
        document_id,
        first_value(document_id) over (partition by content_key order by published_on nulls last, file, first_landed_at, document_id) as spoken_by
    from contents
)

select * from final
