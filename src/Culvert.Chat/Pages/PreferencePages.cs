using Culvert.Chat.Accounts;
using Culvert.Chat.Texts;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Pages;

/// <summary>What a browser likes: language and theme, kept in cookies, so that strangers have them too.</summary>
internal sealed class PreferencePages(FormGuard forms)
{
    private static readonly CookieOptions Kept = new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = TimeSpan.FromDays(400),
    };

    public const string LanguageField = "language";

    /// <summary><c>POST /preferences</c>, with <c>language</c>, <c>theme</c> or both, and <c>next</c>.</summary>
    public async Task SetAsync(HttpContext context)
    {
        if (await forms.RequireAsync(context) is not { } form)
        {
            return;
        }

        var cookies = context.Response.Cookies;
        ChooseLanguage(context, form[LanguageField]);
        if (form["theme"] is "light" or "dark")
        {
            cookies.Append(PageWriter.ThemeCookie, form["theme"], Kept);
        }
        else if (form["theme"] == "system")
        {
            cookies.Delete(PageWriter.ThemeCookie, Kept);
        }

        context.Response.Redirect(LocalPath.Of(form["next"], "/"));
    }

    /// <summary>From now on, the answer to this request included; nothing for a language that is not known.</summary>
    public static void ChooseLanguage(HttpContext context, string language)
    {
        if (Languages.All.Any(known => known.Language == language))
        {
            context.Response.Cookies.Append(TextCatalogue.CookieName, language, Kept);
            context.Items[TextCatalogue.CookieName] = language;
        }
    }
}
