package dev.parley.kit.secret;

import org.eclipse.microprofile.config.spi.Converter;

/** Lets configuration mappings return {@link Secret}. */
public final class SecretConverter implements Converter<Secret> {
  private static final long serialVersionUID = 1L;

  @Override
  public Secret convert(String value) {
    return Secret.of(value);
  }
}
