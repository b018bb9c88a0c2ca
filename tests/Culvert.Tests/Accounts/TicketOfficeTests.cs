using System.Collections.Frozen;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Culvert.Tests.Support;

namespace Culvert.Tests.Accounts;

public sealed class TicketOfficeTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly Revocations _revocations = new();
    private readonly TicketOffice _office;

    public TicketOfficeTests()
    {
        _office = new TicketOffice(
            new AccountOptions { Tickets = 10, TicketsPerUser = 3 }, _time, _revocations);
    }

    public void Dispose() => _office.Dispose();

    [Fact]
    public void A_ticket_is_for_its_rooms_and_no_cookie()
    {
        var rooms = new[] { "lobby" }.ToFrozenSet();
        var ticket = _office.Issue(NewCaller(5) with { ByCookie = true }, rooms);

        var caller = _office.Redeem(ticket!.Value.Secret)?.Caller;

        Assert.NotNull(caller);
        Assert.Same(rooms, caller.Rooms);
        Assert.False(caller.ByCookie);
        Assert.Null(_office.Redeem(ticket.Value.Secret));
    }

    [Fact]
    public void A_user_has_only_so_many_and_gets_places_back()
    {
        var first = _office.Issue(NewCaller(5), null);
        _office.Issue(NewCaller(5), null);
        _office.Issue(NewCaller(5), null);
        Assert.Null(_office.Issue(NewCaller(5), null));
        Assert.NotNull(_office.Issue(NewCaller(6), null));

        _office.Redeem(first!.Value.Secret);

        Assert.NotNull(_office.Issue(NewCaller(5), null));
    }

    [Fact]
    public void All_together_have_a_bound_that_time_gives_back()
    {
        for (var user = 1; user <= 10; user++)
        {
            Assert.NotNull(_office.Issue(NewCaller(user), null));
        }

        Assert.Null(_office.Issue(NewCaller(11), null));
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.NotNull(_office.Issue(NewCaller(11), null));
    }

    [Fact]
    public void A_revoked_credential_takes_its_tickets_along()
    {
        var gone = _office.Issue(NewCaller(5), null);
        var kept = _office.Issue(NewCaller(6), null);

        _revocations.Act(Revocation.OfUser(5, RevocationReason.UserDisabled));

        Assert.Null(_office.Redeem(gone!.Value.Secret));
        Assert.NotNull(_office.Redeem(kept!.Value.Secret));
    }

    [Fact]
    public void A_ticket_does_not_outlive_its_credential()
    {
        var end = _time.GetUtcNow().AddSeconds(5).ToUnixTimeMilliseconds();
        var ticket = _office.Issue(NewCaller(5) with { ExpiresAt = end }, null);

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(_office.Redeem(ticket!.Value.Secret));
    }

    private static Caller NewCaller(long user) =>
        new() { UserId = user, Name = "x", ServerRole = RoomRole.Member, CredentialId = user };
}
