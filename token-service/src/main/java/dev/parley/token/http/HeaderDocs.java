package dev.parley.token.http;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Describes the headers of answers in the OpenAPI document. */
final class HeaderDocs {
  private HeaderDocs() {}

  /** Where a rate limit was looked at. */
  static void limits(APIResponse response) {
    add(
        response,
        Answers.RATE_LIMIT_POLICY,
        "The limit that holds: whose it is, requests (q) in a window of seconds (w)",
        "\"caller\";q=120;w=60");
    add(
        response,
        Answers.RATE_LIMIT,
        "What is left of it: requests (r), and seconds until all are there again (t)",
        "\"caller\";r=119;t=1");
  }

  /** Where something was issued. */
  static void requestId(APIResponse response) {
    add(
        response,
        Answers.REQUEST_ID,
        "Id of the request, under which it is on the audit trail",
        "3f2a91c0-4d5e-4b6a-8c7d-9e0f1a2b3c4d");
  }

  private static void add(APIResponse response, String name, String description, String example) {
    response.addHeader(
        name,
        OASFactory.createHeader()
            .description(description)
            .schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING))
            .example(example));
  }
}
