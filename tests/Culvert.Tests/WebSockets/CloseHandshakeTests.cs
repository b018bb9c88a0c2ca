using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

public sealed class CloseHandshakeTests
{
    [Theory]
    [InlineData(WebSocketRole.Server, CloseNext.EndTransport)]
    [InlineData(WebSocketRole.Client, CloseNext.AwaitTransportEnd)]
    public void The_peers_close_is_echoed_and_the_server_ends_first(WebSocketRole role, CloseNext next)
    {
        var close = new CloseHandshake(role);

        Assert.Equal(new CloseStep(true, 4003, "", next), close.PeerClosed(4003, "enough"));

        Assert.Equal(CloseState.Done, close.State);
        Assert.Equal((4003, "enough", true), (close.Code, close.Reason, close.WasClean));
    }

    [Fact]
    public void An_empty_close_is_answered_with_an_explicit_1000_and_reported_as_1005()
    {
        var close = new CloseHandshake(WebSocketRole.Server);

        Assert.Equal(1000, close.PeerClosed(CloseCode.NoStatus, "").Code);

        Assert.Equal(CloseCode.NoStatus, close.Code);
    }

    [Theory]
    [InlineData(WebSocketRole.Server, CloseNext.EndTransport)]
    [InlineData(WebSocketRole.Client, CloseNext.AwaitTransportEnd)]
    public void Our_close_waits_for_the_peers_and_sends_nothing_else(WebSocketRole role, CloseNext next)
    {
        var close = new CloseHandshake(role);

        Assert.Equal(new CloseStep(true, 1001, "stopping", CloseNext.AwaitPeerClose), close.Close(1001, "stopping"));
        Assert.Equal(CloseState.CloseSent, close.State);
        Assert.Equal(new CloseStep(false, 0, "", CloseNext.Nothing), close.Close(1000, "again"));
        Assert.Equal(new CloseStep(false, 0, "", next), close.PeerClosed(1001, ""));

        Assert.Equal((1001, true), (close.Code, close.WasClean));
    }

    [Fact]
    public void A_failure_is_told_once_and_ends_the_transport()
    {
        var close = new CloseHandshake(WebSocketRole.Server);

        Assert.Equal(new CloseStep(true, 1002, "bad", CloseNext.EndTransport), close.Fail(1002, "bad"));
        Assert.Equal(new CloseStep(false, 0, "", CloseNext.Nothing), close.Fail(1002, "bad"));
        Assert.Equal(new CloseStep(false, 0, "", CloseNext.EndTransport), close.TransportEnded());

        Assert.Equal((1002, "bad", false), (close.Code, close.Reason, close.WasClean));
    }

    [Fact]
    public void A_failure_after_our_close_sends_nothing()
    {
        var close = new CloseHandshake(WebSocketRole.Server);
        close.Close();

        Assert.Equal(new CloseStep(false, 0, "", CloseNext.EndTransport), close.Fail(1007, "bad"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_transport_that_ends_without_the_peers_close_is_1006(bool weClosed)
    {
        var close = new CloseHandshake(WebSocketRole.Client);
        if (weClosed)
        {
            close.Close();
        }

        Assert.Equal(new CloseStep(false, 0, "", CloseNext.EndTransport), close.TransportEnded());

        Assert.Equal((CloseCode.Abnormal, false), (close.Code, close.WasClean));
    }

    [Fact]
    public void The_end_of_the_transport_after_a_clean_close_changes_nothing()
    {
        var close = new CloseHandshake(WebSocketRole.Client);
        close.PeerClosed(1000, "bye");

        close.TransportEnded();

        Assert.Equal((1000, "bye", true), (close.Code, close.Reason, close.WasClean));
    }

    [Fact]
    public void Codes_that_may_not_be_sent_are_refused()
    {
        var close = new CloseHandshake(WebSocketRole.Server);

        Assert.Throws<ArgumentOutOfRangeException>(() => close.Close(1006));
        Assert.Throws<ArgumentOutOfRangeException>(() => close.Fail(1005, ""));
        Assert.Equal(CloseState.Open, close.State);
    }
}
