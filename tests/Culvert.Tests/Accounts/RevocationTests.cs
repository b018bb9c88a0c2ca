using Culvert.Server.Accounts;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Accounts;

public sealed class RevocationTests
{
    private static readonly long Session = Secrets.NewSessionId();
    private static readonly long Token = Secrets.NewTokenId();

    [Fact]
    public void Sessions_and_tokens_never_share_an_id()
    {
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(Secrets.IsSessionId(Secrets.NewSessionId()));
            Assert.False(Secrets.IsSessionId(Secrets.NewTokenId()));
            Assert.InRange(Secrets.NewTokenId(), OwnerToken.CredentialId + 1, (1L << 53) - 1);
        }

        Assert.False(Secrets.IsSessionId(OwnerToken.CredentialId));
    }

    [Fact]
    public void One_credential_ends_alone()
    {
        var revocation = Revocation.OfOne(5, Session, RevocationReason.SignedOut);

        Assert.True(revocation.Ends(Of(5, Session)));
        Assert.False(revocation.Ends(Of(5, Token)));
        Assert.False(revocation.Ends(Of(6, Session)));
    }

    [Fact]
    public void All_of_a_user_end_together()
    {
        var revocation = Revocation.OfUser(5, RevocationReason.UserDisabled);

        Assert.True(revocation.Ends(Of(5, Session)));
        Assert.True(revocation.Ends(Of(5, Token)));
        Assert.False(revocation.Ends(Of(6, Token)));
    }

    [Fact]
    public void A_new_password_spares_tokens_and_the_session_that_set_it()
    {
        var revocation = Revocation.OfSessions(5, Session, RevocationReason.PasswordChanged);

        Assert.False(revocation.Ends(Of(5, Session)));
        Assert.True(revocation.Ends(Of(5, Session + 2)));
        Assert.False(revocation.Ends(Of(5, Token)));
    }

    [Fact]
    public void A_subscriber_hears_until_it_leaves()
    {
        var revocations = new Revocations();
        var heard = new List<Revocation>();
        var subscription = revocations.Subscribe(heard.Add);
        var first = Revocation.OfUser(1, RevocationReason.RoleChanged);

        revocations.Act(first);
        subscription.Dispose();
        revocations.Act(Revocation.OfUser(2, RevocationReason.RoleChanged));

        Assert.Equal([first], heard);
    }

    private static Caller Of(long user, long credential) =>
        new() { UserId = user, Name = "x", ServerRole = RoomRole.Member, CredentialId = credential };
}
