/** What several tests need. */
@NullMarked
package dev.parley.token.support;

import org.jspecify.annotations.NullMarked;
