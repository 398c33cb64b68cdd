package dev.parley.simulator.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands in for the language model. Same words, same script, same tools: same answer.
 *
 * <p>A script line goes first. Else a declared tool is called when the user's words contain a word
 * of the tool's name (or the Chinese for it); else the answer repeats what was said.
 */
final class ScriptedModel {

  /** What the model wants. */
  sealed interface Reply {

    /** Say this. */
    record Say(String text) implements Reply {}

    /** Call these first. */
    record Call(List<ToolCall> calls) implements Reply {}
  }

  private static final Pattern NAME_WORD = Pattern.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])");
  private static final int MAX_ANSWER = 8000;
  private static final int SHORTEST_WORD = 4;
  private static final Set<String> TOO_COMMON =
      Set.of(
          "call",
          "current",
          "fetch",
          "find",
          "from",
          "func",
          "function",
          "info",
          "list",
          "query",
          "search",
          "tool",
          "user",
          "with");
  private static final Map<String, List<String>> CHINESE =
      Map.ofEntries(
          Map.entry("weather", List.of("天气")),
          Map.entry("time", List.of("时间", "几点")),
          Map.entry("date", List.of("日期", "几号")),
          Map.entry("order", List.of("订单")),
          Map.entry("music", List.of("音乐")),
          Map.entry("news", List.of("新闻")),
          Map.entry("stock", List.of("股票")),
          Map.entry("joke", List.of("笑话")),
          Map.entry("light", List.of("灯")),
          Map.entry("route", List.of("路线")),
          Map.entry("price", List.of("价格", "多少钱")));

  private final Scripts scripts;
  private final String appId;
  private final String roomId;
  private final Supplier<String> callIds;
  private final ObjectMapper json = new ObjectMapper();

  ScriptedModel(Scripts scripts, String appId, String roomId, Supplier<String> callIds) {
    this.scripts = scripts;
    this.appId = appId;
    this.roomId = roomId;
    this.callIds = callIds;
  }

  /** What to do about a question, before any tool was called for it. */
  Reply reply(
      String question, List<String> context, List<ToolDeclaration> tools, boolean parallel) {
    Optional<ScriptLine> line = scripts.find(appId, roomId, question);
    List<ToolCall> calls = new ArrayList<>();
    for (ToolDeclaration tool : tools) {
      boolean wanted =
          line.map(each -> tool.name().equals(each.tool()))
              .orElseGet(() -> speaksOf(tool, question));
      if (wanted && (parallel || calls.isEmpty())) {
        calls.add(call(tool, question, line));
      }
    }
    if (!calls.isEmpty()) {
      return new Reply.Call(calls);
    }
    String plain =
        line.map(each -> fill(each.answer(), question, ""))
            .orElseGet(
                () ->
                    chinese(question)
                        ? "你说的是：" + Words.ended(question, "。") + "还有什么可以帮你？"
                        : "You said: "
                            + Words.ended(question, ".")
                            + " What else can I do for you?");
    return new Reply.Say(clip(plain + withContext(question, context)));
  }

  /** The answer once the results of the tools are there. */
  String answer(String question, List<String> context, List<String> results) {
    String joined = String.join(chinese(question) ? "；" : "; ", results);
    String answer =
        scripts
            .find(appId, roomId, question)
            .filter(line -> line.answer().contains("{result}"))
            .map(line -> fill(line.answer(), question, joined))
            .orElseGet(
                () ->
                    chinese(question)
                        ? "我查到了：" + Words.ended(joined, "。")
                        : "Here is what I found: " + Words.ended(joined, "."));
    return clip(answer + withContext(question, context));
  }

  /** What to say when the tools did not answer in time. */
  String withoutResult(String question) {
    return chinese(question) ? "抱歉，工具没有及时回答。" : "Sorry, the tool did not answer in time.";
  }

  private static String withContext(String question, List<String> context) {
    if (context.isEmpty()) {
      return "";
    }
    return chinese(question)
        ? "另外我知道：" + Words.ended(String.join("；", context), "。")
        : " I also know: " + Words.ended(String.join("; ", context), ".");
  }

  // Whatever was put in, a sentence of the answer still fits one frame.
  private static String clip(String text) {
    return text.length() <= MAX_ANSWER ? text : text.substring(0, MAX_ANSWER);
  }

  private static String fill(String template, String question, String result) {
    return template.replace("{text}", question).replace("{result}", result);
  }

  private static boolean chinese(String text) {
    return Words.language(text).equals("zh");
  }

  private static boolean speaksOf(ToolDeclaration tool, String question) {
    String words = question.toLowerCase(Locale.ROOT);
    Matcher matcher = NAME_WORD.matcher(tool.name());
    while (matcher.find()) {
      String word = matcher.group().toLowerCase(Locale.ROOT);
      if (word.length() >= SHORTEST_WORD && !TOO_COMMON.contains(word) && words.contains(word)) {
        return true;
      }
      if (CHINESE.getOrDefault(word, List.of()).stream().anyMatch(words::contains)) {
        return true;
      }
    }
    return false;
  }

  private ToolCall call(ToolDeclaration tool, String question, Optional<ScriptLine> line) {
    String given = line.map(ScriptLine::arguments).orElse(null);
    if (given != null) {
      return new ToolCall(callIds.get(), tool.name(), given);
    }
    ObjectNode arguments = json.createObjectNode();
    for (ToolDeclaration.Parameter parameter : tool.parameters()) {
      if (parameter.sample().isEmpty()) {
        arguments.put(parameter.name(), question);
      } else {
        arguments.putRawValue(parameter.name(), new RawValue(parameter.sample()));
      }
    }
    return new ToolCall(callIds.get(), tool.name(), arguments.toString());
  }
}
