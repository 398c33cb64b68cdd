package dev.parley.events;

/**
 * A value from outside breaks a rule of the contract or of a request. Its message is a clause that
 * names the field and the rule, in lower case and without a full stop, and never quotes the value:
 * it is fit to be shown to whoever sent it, which no other {@link IllegalArgumentException} is.
 */
public final class RefusedValueException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public RefusedValueException(String message) {
    super(message);
  }
}
