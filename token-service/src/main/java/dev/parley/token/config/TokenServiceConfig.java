package dev.parley.token.config;

import dev.parley.kit.secret.Secret;
import dev.parley.kit.session.Role;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The settings of token-service. */
@ConfigMapping(prefix = "parley.token")
public interface TokenServiceConfig {
  /** The applications by name; requests that name none get {@code default}, or the only one. */
  Map<String, AppConfig> apps();

  /** The identity providers whose bearer JWTs are accepted, by a name of your choice. */
  Map<String, CallerConfig> callers();

  /** How verified bearer JWTs are remembered. */
  MemoryConfig callerMemory();

  /** The session JWT. */
  SessionConfig session();

  /** Who may have which token. */
  PolicyConfig policy();

  /** How often callers may ask. */
  LimitsConfig limits();

  /** The audit trail. */
  AuditConfig audit();

  /** Addresses that answers name. */
  UrlsConfig urls();

  /** How often key files are looked at again. */
  @WithDefault("30s")
  Duration reloadEvery();

  /** Which cryptography signs and hashes. */
  @WithDefault("native")
  CryptoKind crypto();

  /** Most users in one batch. */
  @WithDefault("100")
  int maxBatch();

  /** Which cryptography signs and hashes. */
  enum CryptoKind {
    /** A native library, several times as fast; the JDK's own where it does not load. */
    NATIVE,
    /** The JDK's own. */
    JAVA
  }

  /** One application of the account. */
  interface AppConfig {
    /** The AppID: 24 letters and digits. */
    String appId();

    /** The AppKey: 32 letters and digits. This or {@code app-key-file} is required. */
    Optional<Secret> appKey();

    /** A file that holds the AppKey; read again while the service runs. */
    Optional<Path> appKeyFile();

    /** The AppKey before the current one: no longer signs, still recognised by inspection. */
    Optional<Secret> previousAppKey();

    /** A file that holds the previous AppKey; it may be absent or empty. */
    Optional<Path> previousAppKeyFile();

    /** How long a token lives when the request names no ttl. */
    @WithDefault("24h")
    Duration defaultTtl();

    /** Longest life of a token; longer requests are cut to it, and told so. */
    @WithDefault("24h")
    Duration maxTtl();

    /** Shortest life of a token; shorter requests are refused. At least 120 s. */
    @WithDefault("120s")
    Duration minTtl();

    /** Privileges that may be granted. */
    @WithDefault("publish,subscribe")
    List<String> allowedPrivileges();

    /** Privileges of requests that name none. */
    @WithDefault("publish,subscribe")
    List<String> defaultPrivileges();

    /** Rooms that every caller may enter: room ids, {@code *} for any characters. */
    Optional<List<String>> openRooms();

    /** Names of the identity providers whose callers may use it; all when absent. */
    Optional<Set<String>> callers();
  }

  /** One identity provider. */
  interface CallerConfig {
    /** Its {@code iss}, exactly. */
    String issuer();

    /** Where its JWKS is fetched. This or {@code jwks-file} is required. */
    Optional<URI> jwksUrl();

    /** A file that holds its JWKS. */
    Optional<Path> jwksFile();

    /** One of these must be in {@code aud}. */
    List<String> audiences();

    /** Signature algorithms that it may use; never one with a shared secret. */
    @WithDefault("ES256,RS256")
    Set<String> algorithms();

    /** The claim that holds the user id. */
    @WithDefault("sub")
    String userClaim();

    /** Put before the user id, so that users of two identity providers cannot meet. */
    Optional<String> userPrefix();

    /** Path of the claim that holds the roles; {@code /} parts its steps. */
    @WithDefault("groups")
    String rolesClaim();

    /** What its role names mean: the provider's name to participant, operator or analyst. */
    Map<String, Role> roles();

    /** The role of callers with none of these names; such callers are refused when absent. */
    Optional<Role> defaultRole();

    /** The claim that holds room patterns. */
    @WithDefault("rooms")
    String roomsClaim();

    /** How far its clock may differ. */
    @WithDefault("30s")
    Duration clockSkew();

    /** Longest wait for its JWKS. */
    @WithDefault("3s")
    Duration jwksTimeout();

    /** Its keys are fetched again, before they are used, when they are older. */
    @WithDefault("5m")
    Duration jwksRefresh();

    /** Its keys are not trusted any more when they are older and cannot be fetched. */
    @WithDefault("1h")
    Duration jwksTrust();

    /** Shortest time between two fetches for keys that are not known. */
    @WithDefault("5s")
    Duration jwksPause();

    /** Marks an issuer for development: its use is said loudly at the start. */
    @WithDefault("false")
    boolean development();
  }

  /** How verified bearer JWTs are remembered. */
  interface MemoryConfig {
    /** At most so many; 0 switches it off. */
    @WithDefault("10000")
    int size();

    /** Longest time until one is verified again. */
    @WithDefault("5m")
    Duration lifetime();
  }

  /** The session JWT. */
  interface SessionConfig {
    /** Folder of the key files: {@code *.json} (private JWK) or {@code *.pem}. */
    Path keyDirectory();

    /** Makes a key when the folder is empty. For one process on one machine only. */
    @WithDefault("false")
    boolean generate();

    /**
     * Name of the key that signs, however new it is; when absent the last by name that this process
     * has known for the overlap, or in a process younger than that the last but one.
     */
    Optional<String> signingKey();

    /** A new key is published for so long before it signs. */
    @WithDefault("15m")
    Duration overlap();

    /** How long a session JWT lives. */
    @WithDefault("15m")
    Duration ttl();

    /** Its {@code iss}. */
    @WithDefault("parley-token-service")
    String issuer();

    /** Its {@code aud}. */
    @WithDefault("parley-agent-control,parley-room-gateway")
    List<String> audiences();

    /** How long readers may keep the JWKS. */
    @WithDefault("5m")
    Duration jwksMaxAge();
  }

  /** Who may have which token. */
  interface PolicyConfig {
    /** Roles that may have tokens of other users. */
    @WithDefault("operator")
    Set<Role> otherUserRoles();

    /** Roles that may have a token for every room. */
    @WithDefault("operator")
    Set<Role> everyRoomRoles();

    /** Whether a participant may have a fresh room of its own. */
    @WithDefault("true")
    boolean freshRooms();

    /** The operator's own policy service. */
    HookConfig hook();
  }

  /** The policy hook. */
  interface HookConfig {
    /** Where it is asked, after everything else agreed; never when absent. */
    Optional<URI> url();

    /** Sent as bearer token. */
    Optional<Secret> token();

    /** Longest wait; without an answer no token is issued. */
    @WithDefault("2s")
    Duration timeout();
  }

  /** How often callers may ask. */
  interface LimitsConfig {
    /** Tokens that one participant or analyst may ask for in a period. */
    @WithDefault("120")
    long callerRequests();

    /** Tokens that one operator may ask for in a period. */
    @WithDefault("6000")
    long operatorRequests();

    /** Tokens of one user in a period, whoever asks; what is refused does not count. */
    @WithDefault("120")
    long userRequests();

    /** The period. */
    @WithDefault("1m")
    Duration period();
  }

  /** The audit trail. */
  interface AuditConfig {
    /** While Kafka is down: {@code buffer} issues and remembers, {@code refuse} issues nothing. */
    @WithDefault("buffer")
    WhenKafkaIsDown whenKafkaIsDown();

    /** Records that may wait in memory. */
    @WithDefault("10000")
    int maxBuffered();

    /** How long records wait in memory for others, to be written together. */
    @WithDefault("20ms")
    Duration gather();

    /** Longest wait at the end of the service for what is in memory. */
    @WithDefault("5s")
    Duration drainTimeout();
  }

  /** What to do while Kafka is down. */
  enum WhenKafkaIsDown {
    BUFFER,
    REFUSE
  }

  /** Addresses that answers name, as clients reach them. */
  interface UrlsConfig {
    /** The room gateway. */
    URI roomGateway();

    /** Agent control. */
    URI agentControl();
  }
}
