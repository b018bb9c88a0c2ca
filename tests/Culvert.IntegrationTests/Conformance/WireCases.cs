using static Culvert.IntegrationTests.Conformance.WireCase;
using static Culvert.IntegrationTests.Wire.RawFrame;

namespace Culvert.IntegrationTests.Conformance;

/// <summary>The sections of the well-known conformance suite that need no clock, one to seven, as bytes.</summary>
internal static class WireCases
{
    private const int ProtocolError = 1002;
    private const int InvalidPayload = 1007;

    private static readonly byte[] Hello = Bytes("Hello-µ@ßöäüàá-UTF-8!!");
    private static readonly byte[] Invalid = [.. Bytes("κόσμε"), 0xed, 0xa0, 0x80, .. Bytes("edited")];

    public static IEnumerable<WireCase> All =>
    [
        .. Framing(), .. PingsAndPongs(), .. ReservedBits(), .. Opcodes(), .. Fragmentation(), .. Utf8(), .. Closing(),
        .. CloseCodes(),
    ];

    private static IEnumerable<WireCase> Framing()
    {
        foreach (var size in (int[])[0, 125, 126, 127, 128, 65535, 65536])
        {
            yield return Echoes($"1.1 text of {size}", TextMessage, [.. Enumerable.Repeat((byte)'*', size)]);
            yield return Echoes($"1.2 binary of {size}", BinaryMessage, [.. Enumerable.Repeat((byte)0xfe, size)]);
        }
    }

    private static IEnumerable<WireCase> PingsAndPongs()
    {
        byte[] binary = [0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff];
        var most = new byte[125];
        yield return Passes("2.1 empty ping", [Build(Ping, [])], (Pong, []));
        yield return Passes("2.2 ping with text", [Build(Ping, Hello)], (Pong, Hello));
        yield return Passes("2.3 ping with binary", [Build(Ping, binary)], (Pong, binary));
        yield return Passes("2.4 ping of 125", [Build(Ping, most)], (Pong, most));
        yield return Fails("2.5 ping of 126", ProtocolError, [Build(Ping, new byte[126])]);
        yield return Passes("2.7 unasked pong", [Build(Pong, [])]);
        yield return Passes("2.9 pong, then ping", [Build(Pong, Hello), Build(Ping, Hello)], (Pong, Hello));
        var ten = Enumerable.Range(0, 10).Select(i => Bytes($"payload-{i}")).ToArray();
        yield return Passes(
            "2.10 ten pings", [.. ten.Select(p => Build(Ping, p))], [.. ten.Select(p => (Pong, p))]);
    }

    private static IEnumerable<WireCase> ReservedBits()
    {
        byte[] good = BuildText("good");
        for (var bits = 1; bits < 8; bits++)
        {
            yield return Fails(
                $"3.{bits} text with reserved bits {bits}", ProtocolError, [Build(TextMessage, Hello, reserved: bits)]);
        }

        yield return Fails(
            "3 after a good one",
            ProtocolError,
            [good, Build(TextMessage, Hello, reserved: 2)],
            (TextMessage, Bytes("good")));
        yield return Fails("3 ping", ProtocolError, [Build(Ping, Hello, reserved: 4)]);
        yield return Fails("3 close", ProtocolError, [Build(Close, [0x03, 0xe8], reserved: 7)]);
    }

    private static IEnumerable<WireCase> Opcodes()
    {
        foreach (var opcode in (int[])[3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
        {
            yield return Fails($"4 opcode {opcode}", ProtocolError, [Build(opcode, [])]);
            yield return Fails(
                $"4 opcode {opcode} after a good one", ProtocolError, [BuildText("a"), Build(opcode, Hello)],
                (TextMessage, Bytes("a")));
        }
    }

    private static IEnumerable<WireCase> Fragmentation()
    {
        var one = Build(TextMessage, Bytes("fragment1"), fin: false);
        var two = Build(Continuation, Bytes("fragment2"));
        var both = (TextMessage, Bytes("fragment1fragment2"));
        yield return Fails(
            "5.1 ping in two", ProtocolError, [Build(Ping, Hello, fin: false), Build(Continuation, Hello)]);
        yield return Fails(
            "5.2 pong in two", ProtocolError, [Build(Pong, Hello, fin: false), Build(Continuation, Hello)]);
        yield return Passes("5.3 text in two", [one, two], both);
        yield return Passes("5.6 with a ping between", [one, Build(Ping, Hello), two], (Pong, Hello), both);
        yield return Fails("5.9 continuation of nothing", ProtocolError, [Build(Continuation, Hello), BuildText("a")]);
        yield return Fails(
            "5.12 continuation of nothing, not the last", ProtocolError, [Build(Continuation, Hello, fin: false)]);
        yield return Fails(
            "5.15 continuation after the last", ProtocolError, [one, two, Build(Continuation, Hello)], both);
        yield return Fails("5.18 text inside a text", ProtocolError, [one, BuildText("fragment2")]);
        yield return Passes(
            "5.19 pings between five",
            [
                one, Build(Continuation, Bytes("-"), fin: false), Build(Ping, Bytes("1")),
                Build(Continuation, [], fin: false), Build(Continuation, Bytes("-"), fin: false),
                Build(Ping, Bytes("2")), two,
            ],
            (Pong, Bytes("1")), (Pong, Bytes("2")), (TextMessage, Bytes("fragment1--fragment2")));
        yield return Passes(
            "6.1 empty in three",
            [Build(TextMessage, [], fin: false), Build(0, [], fin: false), Build(0, [])],
            (TextMessage, []));
    }

    private static IEnumerable<WireCase> Utf8()
    {
        yield return Echoes("6.2 valid", TextMessage, Hello);
        yield return Passes(
            "6.2 valid, one byte a fragment",
            [
                Build(TextMessage, Hello.AsSpan(0, 1), fin: false),
                .. Hello[1..^1].Select(b => Build(Continuation, [b], fin: false)),
                Build(Continuation, Hello.AsSpan(Hello.Length - 1)),
            ],
            (TextMessage, Hello));
        yield return Fails("6.3 invalid", InvalidPayload, [Build(TextMessage, Invalid)]);
        yield return Fails(
            "6.4 invalid before the end of the message", InvalidPayload, [Build(TextMessage, Invalid, fin: false)]);
        string[] edges =
            ["\0", "\x7f", "\x80", "\u07ff", "\u0800", "\uffff", "\ufffd", "\ud800\udc00", "\udbff\udfff"];
        foreach (var text in edges)
        {
            yield return Echoes($"6.7 U+{char.ConvertToUtf32(text, 0):X4}", TextMessage, Bytes(text));
        }

        byte[][] wrong =
        [
            [0x80], [0xbf], [0xc0, 0xaf], [0xc1, 0xbf], [0xe0, 0x80, 0xaf], [0xf0, 0x80, 0x80, 0xaf],
            [0xed, 0xa0, 0x80],
            [0xed, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xfe], [0xff], [0xce],
            [0xe1, 0x80], [0xf0, 0x9f, 0x98],
        ];
        foreach (var bytes in wrong)
        {
            yield return Fails($"6.8 {Convert.ToHexString(bytes)}", InvalidPayload, [Build(TextMessage, bytes)]);
        }
    }

    private static IEnumerable<WireCase> Closing()
    {
        var normal = BuildClose(1000);
        yield return Passes("7.1.1 after a message", [BuildText("a")], (TextMessage, Bytes("a")));
        yield return Fails("7.1.2 twice", 1000, [normal, normal]);
        yield return Fails("7.1.3 a ping after it", 1000, [normal, Build(Ping, [])]);
        yield return Fails("7.1.4 a text after it", 1000, [normal, BuildText("a")]);
        yield return Fails(
            "7.1.5 inside a fragmented text", 1000, [Build(TextMessage, Hello, fin: false), normal, Build(0, Hello)]);
        yield return Fails("7.3.1 empty", 1005, [Build(Close, [])]);
        yield return Fails("7.3.2 of one byte", ProtocolError, [Build(Close, [3])]);
        yield return Fails("7.3.4 with a reason", 1000, [BuildClose(1000, "Hello World!")]);
        yield return Fails("7.3.5 with the longest reason", 1000, [BuildClose(1000, new string('*', 123))]);
        yield return Fails("7.3.6 with a longer one", ProtocolError, [BuildClose(1000, new string('*', 124))]);
        yield return Fails("7.5.1 reason is not UTF-8", InvalidPayload, [Build(Close, [0x03, 0xe8, .. Invalid])]);
        yield return Fails(
            "7.5.2 in two frames", ProtocolError, [Build(Close, [0x03, 0xe8], fin: false), Build(0, Hello)]);
    }

    private static IEnumerable<WireCase> CloseCodes()
    {
        foreach (var code in (int[])[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])
        {
            yield return Fails($"7.7 close code {code}", code, [BuildClose(code)]);
        }

        foreach (var code in (int[])[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
        {
            yield return Fails($"7.9 close code {code}", ProtocolError, [BuildClose(code)]);
        }
    }
}
