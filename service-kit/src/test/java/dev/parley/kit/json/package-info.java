/** Tests of how request bodies are read. */
@NullMarked
package dev.parley.kit.json;

import org.jspecify.annotations.NullMarked;
