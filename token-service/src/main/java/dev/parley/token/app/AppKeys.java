package dev.parley.token.app;

import dev.parley.token.AppKey;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one application while they are rotated.
 *
 * @param current signs
 * @param previous still recognised in tokens that were issued before
 */
public record AppKeys(AppKey current, @Nullable AppKey previous) {}
