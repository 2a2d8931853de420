/** Property look-ups: the query, and a page of what was found. */
import { z } from 'zod';
import type { PropertySummary } from '../../core/details.ts';
import type { Page } from '../../core/pages.ts';
import { integer, text } from '../fields.ts';
import { pageQuerySchema, paginationFields, paginationSchema } from './pages.ts';

const propertySchema = z
  .object({
    id: integer(),
    property_name: text().nullable(),
    address: text().nullable(),
    city: text().nullable(),
    state: text().nullable(),
    zip_code: text().nullable(),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    unit_count: integer().nullable(),
    year_built: integer().nullable(),
    property_class: text().nullable(),
  })
  .meta({ id: 'PropertySummary' });

export const lookupQuerySchema = pageQuerySchema.extend({
  city: text({ description: 'City.' }).optional(),
  state: text({ description: 'Two-letter state.' }).optional(),
  zip_code: text({ description: 'Five-digit ZIP code.' }).optional(),
  market_name: text({ description: 'Market.' }).optional(),
  name: text({ description: 'Part of the property’s name.' }).optional(),
  management_company_name: text({ description: 'Part of the management company’s name.' }).optional(),
  latitude: z.number().meta({ description: 'Centre of the search; needs longitude and radius_miles.' }).optional(),
  longitude: z.number().meta({ description: 'Centre of the search; needs latitude and radius_miles.' }).optional(),
  radius_miles: z.number().meta({ description: 'Radius of the search in miles.' }).optional(),
});

export const propertyListSchema = z
  .object({ properties: z.array(propertySchema), pagination: paginationSchema })
  .meta({ id: 'PropertyList' });

function propertyFields(property: PropertySummary): z.infer<typeof propertySchema> {
  return {
    id: property.id,
    property_name: property.propertyName,
    address: property.address,
    city: property.city,
    state: property.state,
    zip_code: property.zipCode,
    latitude: property.latitude,
    longitude: property.longitude,
    unit_count: property.unitCount,
    year_built: property.yearBuilt,
    property_class: property.propertyClass,
  };
}

export function propertyListFields(page: Page<PropertySummary>): z.infer<typeof propertyListSchema> {
  return { properties: page.items.map(propertyFields), pagination: paginationFields(page) };
}
