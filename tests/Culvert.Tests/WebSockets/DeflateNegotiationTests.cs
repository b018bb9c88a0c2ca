using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

public sealed class DeflateNegotiationTests
{
    private const string Plain = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData(" , ,", null)]
    [InlineData("permessage-deflate", Plain)]
    [InlineData("  permessage-deflate ;client_max_window_bits", Plain)]
    [InlineData("permessage-deflate; client_max_window_bits=8", Plain)]
    [InlineData("permessage-deflate; client_max_window_bits=\"15\"", Plain)]
    [InlineData("permessage-deflate; client_max_window_bits=\"1\\5\"", Plain)]
    [InlineData("permessage-deflate; server_no_context_takeover; client_no_context_takeover", Plain)]
    [InlineData("permessage-deflate; server_max_window_bits=15", Plain + "; server_max_window_bits=15")]
    [InlineData("permessage-deflate; server_max_window_bits=\"15\"", Plain + "; server_max_window_bits=15")]
    [InlineData("permessage-deflate; server_max_window_bits=10", null)]
    [InlineData("permessage-deflate; server_max_window_bits=10, permessage-deflate", Plain)]
    [InlineData("x-webkit-deflate-frame, permessage-deflate", Plain)]
    [InlineData("permessage-deflate; server_max_window_bits", null)]
    [InlineData("permessage-deflate; server_max_window_bits=16", null)]
    [InlineData("permessage-deflate; server_max_window_bits=015", null)]
    [InlineData("permessage-deflate; client_max_window_bits=7", null)]
    [InlineData("permessage-deflate; client_max_window_bits=09", null)]
    [InlineData("permessage-deflate; server_no_context_takeover=1", null)]
    [InlineData("permessage-deflate; client_no_context_takeover; client_no_context_takeover", null)]
    [InlineData("permessage-deflate; client_max_window_bits; client_max_window_bits=9", null)]
    [InlineData("permessage-deflate; mystery", null)]
    [InlineData("permessage-bzip2; a=b; c", null)]
    public void The_first_acceptable_offer_wins(string? offers, string? expected)
    {
        Assert.True(DeflateNegotiation.TryNegotiate(offers, out var response));

        Assert.Equal(expected, response);
    }

    [Theory]
    [InlineData("permessage-deflate;")]
    [InlineData("permessage-deflate; =15")]
    [InlineData("permessage-deflate; server_max_window_bits=")]
    [InlineData("permessage-deflate; server_max_window_bits=\"15")]
    [InlineData("permessage-deflate; server_max_window_bits=\"\"")]
    [InlineData("permessage-deflate; server_max_window_bits=\"1 5\"")]
    [InlineData("permessage-deflate permessage-deflate")]
    [InlineData("permessage-deflate; a=b c")]
    [InlineData("(comment)")]
    [InlineData("permessage-deflate; a=\"b\\")]
    public void A_header_that_breaks_the_grammar_is_reported(string offers)
    {
        Assert.False(DeflateNegotiation.TryNegotiate(offers, out var response));
        Assert.Null(response);
        Assert.False(DeflateNegotiation.TryAcceptResponse(offers, out _));
    }

    [Fact]
    public void A_header_of_absurd_length_is_reported()
    {
        var offers = string.Join(", ", Enumerable.Repeat("x", 1000));

        Assert.False(DeflateNegotiation.TryNegotiate(offers, out _));
    }

    [Theory]
    [InlineData(null, true, false)]
    [InlineData("", true, false)]
    [InlineData(Plain, true, true)]
    [InlineData("permessage-deflate; server_no_context_takeover", true, true)]
    [InlineData("permessage-deflate; server_no_context_takeover; server_max_window_bits=12", true, true)]
    [InlineData("permessage-deflate", false, false)]
    [InlineData("permessage-deflate; server_no_context_takeover; client_max_window_bits=12", false, false)]
    [InlineData("permessage-deflate; server_no_context_takeover; server_max_window_bits", false, false)]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover", false, false)]
    [InlineData("permessage-deflate; server_no_context_takeover; mystery", false, false)]
    [InlineData("permessage-bzip2", false, false)]
    [InlineData(Plain + ", " + Plain, false, false)]
    public void A_client_checks_the_answer(string? response, bool accepted, bool deflate)
    {
        Assert.Equal(accepted, DeflateNegotiation.TryAcceptResponse(response, out var inUse));
        Assert.Equal(deflate, inUse);
    }
}
