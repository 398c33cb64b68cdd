/** What the services' OpenAPI documents have in common. */
@NullMarked
package dev.parley.kit.openapi;

import org.jspecify.annotations.NullMarked;
