/** The vendor's access token of version 001: its values, its bytes, its signature, its issue. */
@NullMarked
package dev.parley.token;

import org.jspecify.annotations.NullMarked;
