/** `GET /properties/lookup`: the ids of the properties that meet a query. */
import { z } from 'zod';
import { lookupProperties } from '../../../properties/lookup.ts';
import { integer, text } from '../../../wire/fields.ts';
import { badRequest, forbidden, UNAUTHORIZED } from '../../server/answers.ts';
import { type ProtectedOperation, queryParameters } from '../../server/operation.ts';
import { paginationOf } from '../../server/pagination.ts';
import { pageQuerySchema, paginationSchema } from '../../server/schemas.ts';

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

const querySchema = pageQuerySchema.extend({
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

export const lookupPropertyIds: ProtectedOperation = {
  scope: 'data:read',
  method: 'GET',
  path: '/properties/lookup',
  document: {
    operationId: 'lookupProperties',
    tag: 'Properties',
    summary: 'Property Lookup',
    description: 'The properties that your account may see and that meet every condition of the query.',
    query: querySchema,
    responses: {
      200: {
        description: 'A page of properties',
        schema: z
          .object({ properties: z.array(propertySchema), pagination: paginationSchema })
          .meta({ id: 'PropertyList' }),
      },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'per_page must be an integer between 1 and 100' },
      }),
      401: UNAUTHORIZED,
      403: forbidden('You do not have permission to look up properties'),
    },
  },
  async answer({ deps }, { request, caller }) {
    const page = await lookupProperties(deps, caller, queryParameters(request));
    return {
      properties: page.items.map((property) => ({
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
      })),
      pagination: paginationOf(page),
    };
  },
};
