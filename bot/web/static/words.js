/** The page's own words; all else comes from the bot. */

import { stored } from "./outbox.js";

const WORDS = {
  vi: {
    connecting: "đang kết nối…",
    connected: "đã kết nối",
    offline: "Mất kết nối. Tin được giữ lại và tự gửi khi có mạng.",
    playAs: "Đóng vai",
    playHint: "Chọn người để trò chuyện với bot. Mỗi cửa sổ có thể là một người.",
    switchPerson: "Đổi vai, đang là",
    skip: "Đến ô nhập tin",
    conversation: "Cuộc trò chuyện",
    empty: "Chưa có tin nào. Gõ báo cáo bên dưới, hoặc bấm /trogiup.",
    newer: "tin mới ↓",
    commands: "Lệnh nhanh",
    choices: "Lựa chọn",
    input: "Nhập tin…",
    send: "Gửi",
    attach: "Gửi ảnh hoặc tệp",
    place: "📍 Gửi vị trí",
    picture: "📷 Gửi ảnh",
    file: "📎 Gửi tệp",
    placing: "📍 Đang tìm vị trí…",
    noPlace: "Chưa lấy được vị trí. Đồng chí gõ toạ độ (ví dụ 11.31042, 106.09871) hoặc dán liên kết bản đồ giúp.",
    sending: "đang gửi…",
    sent: "đã gửi",
    me: "Tôi:",
    them: "Bot:",
    photo: "Ảnh",
    download: "Tải về ↓",
    badPhoto: "Chưa gửi được ảnh này. Đồng chí chọn lại hoặc chọn ảnh khác giúp.",
    badFile: "Chưa gửi được tệp này. Đồng chí chọn lại hoặc chọn tệp khác giúp.",
    ownChat: "Vào trang trò chuyện",
    switchHere: "Đúng, chuyển sang người đó",
    tooLong: "Tin này dài quá 8.000 chữ cái nên em chưa gửi. Đồng chí rút ngắn, hoặc gửi thành tệp giúp em.",
    largeFile: "Tệp này lớn hơn 20 MB nên chưa gửi được. Đồng chí chọn tệp nhỏ hơn giúp.",
  },
  en: {
    connecting: "connecting…",
    connected: "connected",
    offline: "No connection. Messages are kept and sent later.",
    playAs: "Play as",
    playHint: "Pick a person to be. Each window may be somebody else.",
    switchPerson: "Switch person, now",
    skip: "To the message box",
    conversation: "Conversation",
    empty: "No messages yet. Type a report below, or press /trogiup.",
    newer: "new messages ↓",
    commands: "Quick commands",
    choices: "Choices",
    input: "Message…",
    send: "Send",
    attach: "Send a picture or a file",
    place: "📍 Send my place",
    picture: "📷 Send a picture",
    file: "📎 Send a file",
    placing: "📍 Finding the place…",
    noPlace: "The place could not be read. Please type the coordinates (like 11.31042, 106.09871) or paste a map link.",
    sending: "sending…",
    sent: "sent",
    me: "Me:",
    them: "Bot:",
    photo: "Picture",
    download: "Download ↓",
    badPhoto: "The picture was not sent. Please choose again.",
    badFile: "The file was not sent. Please choose again.",
    ownChat: "To the chat page",
    switchHere: "Yes, become that person",
    tooLong: "This text is longer than 8,000 characters and was not sent. Please shorten it, or send it as a file.",
    largeFile: "This file is larger than 20 MB and was not sent. Please choose a smaller one.",
  },
};

const KEY = "language";
const kept = () => stored((disk) => disk.getItem(KEY));

/** Vietnamese, unless the person has chosen English from the bot; whatever the browser speaks. */
export const language = kept() === "en" ? "en" : "vi";
export const words = WORDS[language];

/** The bot tells the person's language: remember it. Returns whether the page, once loaded again, will speak another. */
export function choose(wanted) {
  if (!(wanted in WORDS) || wanted === language) return false;
  stored((disk) => disk.setItem(KEY, wanted));
  return kept() === wanted;
}
