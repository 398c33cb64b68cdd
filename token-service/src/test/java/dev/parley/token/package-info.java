/** The access token against vectors that other implementations made, and against all bytes. */
@NullMarked
package dev.parley.token;

import org.jspecify.annotations.NullMarked;
