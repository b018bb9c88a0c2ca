using Culvert.Server.Hosting;
using Culvert.Server.Pipes;

namespace Culvert.Tests.Pipes;

/// <summary>Options of routes, as they are written.</summary>
public sealed class PipeSettingsTests
{
    [Fact]
    public void Every_option_of_messages_and_bytes_is_read()
    {
        var routes = Read(
            ("/m:targets:0", "ws://h:1"), ("/m:mode", "messages"), ("/m:compress", "backEnd"), ("/m:types", "text"),
            ("/m:subprotocols:0", "a"), ("/m:subprotocols:1", "b"), ("/m:acceptFirst", "true"),
            ("/m:halfClose", "true"),
            ("/b:targets:0", "tcp:h:1"), ("/b:targets:1", "unix:/s"), ("/b:framing", "length"), ("/b:text", "true"),
            ("/b:chunkBytes", "4KiB"), ("/b:abortOnClientLoss", "true"), ("/b:stallClose", "policyViolation"),
            ("/t:targets:0", "tcp:h:1"), ("/t:framing", "typedLength"),
            ("/f:targets:0", "ws://h"), ("/f:splitLargeFrames", "true"), ("/f:maxRedirects", "3"),
            ("/f:passRedirects", "true"),
            ("/e", "exec:sort -u"), ("/d", "discard:"));

        var (messages, bytes) = (routes["/m"], routes["/b"]);
        Assert.Equal(
            (PipeMode.Messages, PipeCompression.BackEnd, MessageTypes.Text, true, true),
            (messages.Mode, messages.Compress, messages.Types, messages.AcceptFirst, messages.HalfClose));
        Assert.Equal(["a", "b"], messages.Subprotocols);
        Assert.Equal((Framing.Length, true), (bytes.Framing, bytes.Text));
        Assert.Equal(
            (4096, true, StallClose.PolicyViolation), (bytes.ChunkBytes, bytes.AbortOnClientLoss, bytes.StallClose));
        Assert.Equal(Framing.TypedLength, routes["/t"].Framing);
        var frames = routes["/f"];
        Assert.Equal((true, 3, true), (frames.SplitLargeFrames, frames.MaxRedirects, frames.PassRedirects));
        Assert.Equal(["exec:sort -u"], routes["/e"].Targets);
        Assert.Equal(["discard:"], routes["/d"].Targets);
        Assert.Equal(TimeSpan.FromSeconds(30), bytes.StallTimeout);
    }

    [Theory]
    [InlineData("pipes:/a:framing", "ws://h", "framing", "line")]
    [InlineData("pipes:/a:text", "wss://h", "text", "true")]
    [InlineData("pipes:/a:mode", "tcp:h:1", "mode", "messages")]
    [InlineData("pipes:/a:setHeaders", "tcp:h:1", "setHeaders:0", "A: b")]
    [InlineData("pipes:/a:passCredentials", "exec:cat", "passCredentials", "false")]
    [InlineData("pipes:/a:compress", "ws://h", "compress", "both")]
    [InlineData("pipes:/a:types", "tcp:h:1", "types", "text")]
    [InlineData("pipes:/a:splitLargeFrames", "tcp:h:1", "splitLargeFrames", "true")]
    [InlineData("pipes:/a:maxRedirects", "tcp:h:1", "maxRedirects", "1")]
    [InlineData("pipes:/a:maxRedirects", "ws://h", "maxRedirects", "11")]
    [InlineData("pipes:/a:passRedirects", "exec:cat", "passRedirects", "true")]
    [InlineData("pipes:/a:chunkBytes", "ws://h", "chunkBytes", "4096")]
    [InlineData("pipes:/a:chunkBytes", "tcp:h:1", "chunkBytes", "100")]
    [InlineData("pipes:/a:abortOnClientLoss", "ws://h", "abortOnClientLoss", "true")]
    [InlineData("pipes:/a:stallClose", "ws://h", "stallClose", "1008")]
    [InlineData("pipes:/a:framing", "tcp:h:1", "framing", "typed-length")]
    [InlineData("pipes:/a:accounts", "echo:", "accounts", "true")]
    [InlineData("pipes:/a:compress", "ws://h", "compress", "backend")]
    [InlineData("pipes:/a:subprotocols", "ws://h", "subprotocols:0", "a b")]
    [InlineData("pipes:/a:targets", "ws://h", "targets:1", "tcp:h:1")]
    [InlineData("pipes:/a:targets", "exec:cat", "targets:1", "echo:")]
    [InlineData("pipes:/a:targets", "exec:cat", "targets:1", "stdio")]
    public void An_option_that_does_not_fit_is_refused_by_its_name(
        string key, string target, string option, string value)
    {
        var exception = Assert.Throws<SettingException>(
            () => Read(("/a:targets:0", target), ($"/a:{option}", value)));

        Assert.Contains(key.Replace(':', '.'), exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp:h:1", "framing=typedLength", "text=true")]
    [InlineData("ws://h", "mode=messages", "splitLargeFrames=true")]
    [InlineData("ws://h", "acceptFirst=true", "passRedirects=true")]
    public void Options_that_contradict_each_other_are_refused(string target, string one, string two)
    {
        var exception = Assert.Throws<SettingException>(() => Read(
            ("/a:targets:0", target),
            ($"/a:{one.Split('=')[0]}", one.Split('=')[1]),
            ($"/a:{two.Split('=')[0]}", two.Split('=')[1])));

        Assert.Contains($"pipes./a.{two.Split('=')[0]}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mode", "transparent")]
    [InlineData("origins:0", "http://page.example")]
    public void Half_close_goes_with_neither(string option, string value)
    {
        var exception = Assert.Throws<SettingException>(() => Read(
            ("/a:targets:0", "ws://h"), ($"/a:{option}", value), ("/a:halfClose", "true")));

        Assert.Contains("pipes./a.halfClose", exception.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<string, PipeRouteOptions> Read(params (string Key, string Value)[] settings) =>
        ServerSettings.Read(SettingSource.Load(
            null, [.. settings.Select(one => KeyValuePair.Create<string, string?>($"pipes:{one.Key}", one.Value))]))
            .Pipes.Pipes;
}
